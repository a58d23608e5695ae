# The entry of the Windows container: registers one Azure Pipelines agent, runs one job, deregisters.
# The self form only. README.md has the variables and exit codes. Not run yet: see "What is not proven" there.
$ErrorActionPreference = 'Stop'
Set-Location C:\azp

function Leave([int] $code, [string] $text) {
    Write-Host "slipway-agent: $text (exit code $code)"
    exit $code
}

$url = $env:AZP_URL
$token = $env:AZP_TOKEN
$clientSecret = $env:AZP_CLIENTSECRET
if (-not $url) { Leave 20 'AZP_URL must be the address of the organization' }
if (-not $token -and $env:AZP_TOKEN_FILE) {
    if (-not (Test-Path -PathType Leaf $env:AZP_TOKEN_FILE)) { Leave 20 "AZP_TOKEN_FILE can't be read" }
    $token = (Get-Content -TotalCount 1 $env:AZP_TOKEN_FILE)
}
$pool = if ($env:AZP_POOL) { $env:AZP_POOL } else { 'Default' }
$name = if ($env:AZP_AGENT_NAME) { $env:AZP_AGENT_NAME } else { $env:COMPUTERNAME }
$work = if ($env:AZP_WORK) { $env:AZP_WORK } else { '_work' }
if ($env:AZP_CLIENTID) {
    if (-not $clientSecret -or -not $env:AZP_TENANTID) { Leave 20 'AZP_CLIENTID needs AZP_CLIENTSECRET and AZP_TENANTID' }
    $credential = @('--auth', 'SP', '--clientid', $env:AZP_CLIENTID, '--tenantid', $env:AZP_TENANTID)
    $secretName = 'VSTS_AGENT_INPUT_CLIENTSECRET'
    $secret = $clientSecret
} else {
    if (-not $token) { Leave 20 'AZP_TOKEN, AZP_TOKEN_FILE or AZP_CLIENTID is needed' }
    $credential = @('--auth', 'PAT')
    $secretName = 'VSTS_AGENT_INPUT_TOKEN'
    $secret = $token
}

# The agent tells its environment to the pool as capabilities, except the names in VSO_AGENT_IGNORE.
$gone = 'AZP_TOKEN', 'AZP_TOKEN_FILE', 'AZP_CLIENTID', 'AZP_CLIENTSECRET', 'AZP_TENANTID', 'ECS_CONTAINER_METADATA_URI',
    'ECS_CONTAINER_METADATA_URI_V4', 'ECS_AGENT_URI'
$hidden = $gone + @('VSTS_AGENT_INPUT_TOKEN', 'VSTS_AGENT_INPUT_CLIENTSECRET', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_EXECUTION_ENV', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')
foreach ($variable in $gone) { [Environment]::SetEnvironmentVariable($variable, $null) }
$env:VSO_AGENT_IGNORE = (@($env:VSO_AGENT_IGNORE) + $hidden | Where-Object { $_ }) -join ','

# Runs config.cmd with the secret in its environment, where the agent looks for it, and nowhere else.
function Invoke-Configuration([string[]] $arguments) {
    [Environment]::SetEnvironmentVariable($secretName, $secret)
    try {
        & .\config.cmd @arguments | Out-Host
        return $LASTEXITCODE
    } finally {
        [Environment]::SetEnvironmentVariable($secretName, $null)
    }
}

$configured = $false
foreach ($try in 1..3) {
    $arguments = @('--unattended', '--agent', $name, '--url', $url) + $credential +
        @('--pool', $pool, '--work', $work, '--replace')
    if ((Invoke-Configuration $arguments) -eq 0) { $configured = $true; break }
    Start-Sleep -Seconds (2 * $try)
}
if (-not $configured) { Leave 30 "the agent could not be registered in pool $pool as $name" }

$code = 70
try {
    [Environment]::SetEnvironmentVariable('agent.disableupdate', 'true')
    & .\bin\Agent.Listener.exe run --once | Out-Host
    $code = switch ($LASTEXITCODE) { 0 { 0 } 1 { 10 } 2 { 11 } 3 { 12 } 4 { 12 } default { 13 } }
} finally {
    $removed = $false
    foreach ($try in 1..5) {
        if ((Invoke-Configuration (@('remove', '--unattended') + $credential)) -eq 0) { $removed = $true; break }
        Start-Sleep -Seconds (2 * $try)
    }
    if (-not $removed) { Write-Host "slipway-agent: the agent $name is left registered in pool $pool" }
}
exit $code
