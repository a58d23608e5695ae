# The entry of the Windows container: registers one Azure Pipelines agent and runs one job, or with SLIPWAY_ONCE=0 job
# after job. The self form only. README.md has the variables and exit codes; this was not run yet, see "What is not proven"
# there.
#
# It doesn't deregister. A job runs as the same user and could lie in wait for the token, so nothing uses it once a job
# can run; the registration is Slipway's to remove.
$ErrorActionPreference = 'Stop'
$age = [Diagnostics.Stopwatch]::StartNew()
Set-Location C:\azp

function Leave([int] $code, [string] $text) {
    Write-Host "slipway-agent: $text (exit code $code)"
    exit $code
}
trap { Leave 70 "the entry script broke off: $_" }

function Read-Minutes([string] $variable, [string] $default) {
    $text = [Environment]::GetEnvironmentVariable($variable)
    if (-not $text) { $text = $default }
    if ($text -notmatch '^[0-9]{1,6}(\.[0-9]+)?$') { Leave 20 "$variable must be a number such as $default" }
    return [double] $text
}

if ($env:SLIPWAY_CLAIM_URL -or $env:SLIPWAY_CLAIM_CODE) {
    Leave 20 "an agent on Windows can't claim its registration: its profile needs registration: self"
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
    if (-not $clientSecret -or -not $env:AZP_TENANTID) {
        Leave 20 'AZP_CLIENTID needs AZP_CLIENTSECRET and AZP_TENANTID'
    }
    $credential = @('--auth', 'SP', '--clientid', $env:AZP_CLIENTID, '--tenantid', $env:AZP_TENANTID)
    $secretName = 'VSTS_AGENT_INPUT_CLIENTSECRET'
    $secret = $clientSecret
} else {
    if (-not $token) { Leave 20 'AZP_TOKEN, AZP_TOKEN_FILE or AZP_CLIENTID is needed' }
    $credential = @('--auth', 'PAT')
    $secretName = 'VSTS_AGENT_INPUT_TOKEN'
    $secret = $token
}

if ($env:SLIPWAY_ONCE -and $env:SLIPWAY_ONCE -notin '0', '1') {
    Leave 20 'SLIPWAY_ONCE must be 1, or 0 for an agent that serves job after job'
}
if ($env:SLIPWAY_ONCE -eq '0' -and $name -like 'slipway-*') {
    Leave 20 "SLIPWAY_ONCE=0 can't be had for ${name}: names with slipway- are those of Slipway's agents"
}
$once = $env:SLIPWAY_ONCE -ne '0' -or $args -contains '--once'
# 0 is no limit.
$idleLimit = Read-Minutes 'SLIPWAY_IDLE_MINUTES' $(if ($once) { '30' } else { '0' })
$maximumAge = Read-Minutes 'SLIPWAY_MAXIMUM_MINUTES' $(if ($once) { '1440' } else { '0' })

# The agent tells its environment to the pool as capabilities, except the names in VSO_AGENT_IGNORE.
$gone = 'AZP_TOKEN', 'AZP_TOKEN_FILE', 'AZP_CLIENTID', 'AZP_CLIENTSECRET', 'AZP_TENANTID', 'SLIPWAY_ONCE',
    'SLIPWAY_IDLE_MINUTES', 'SLIPWAY_MAXIMUM_MINUTES', 'ECS_CONTAINER_METADATA_URI', 'ECS_CONTAINER_METADATA_URI_V4',
    'ECS_AGENT_URI'
$hidden = $gone + @('VSTS_AGENT_INPUT_TOKEN', 'VSTS_AGENT_INPUT_CLIENTSECRET', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_EXECUTION_ENV', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')
foreach ($variable in $gone) { [Environment]::SetEnvironmentVariable($variable, $null) }
$env:VSO_AGENT_IGNORE = (@($env:VSO_AGENT_IGNORE) + $hidden | Where-Object { $_ }) -join ','

# What config.cmd starts. config.cmd itself first unblocks the agent's files, which this user may not change.
$configure = @('configure', '--unattended', '--agent', $name, '--url', $url) + $credential +
    @('--pool', $pool, '--work', $work, '--replace')
$configured = $false
foreach ($try in 1..3) {
    # What a try left behind would make the next one think that the agent is configured.
    Remove-Item -Path '.agent', '.credentials', '.credentials_rsaparams' -Force -ErrorAction SilentlyContinue
    # The agent takes the secret from this variable; an argument could be read.
    [Environment]::SetEnvironmentVariable($secretName, $secret)
    & .\bin\Agent.Listener.exe @configure | Out-Host
    $failed = $LASTEXITCODE
    [Environment]::SetEnvironmentVariable($secretName, $null)
    if ($failed -eq 0) { $configured = $true; break }
    Start-Sleep -Seconds (2 * $try)
}
# From here on nothing needs a secret. Other arguments by variable, such as a proxy's password, go too.
$token = $clientSecret = $secret = $null
Remove-Item -Path 'Env:VSTS_AGENT_INPUT_*'
if (-not $configured) { Leave 30 "the agent could not be registered in pool $pool as $name" }

[Environment]::SetEnvironmentVariable('agent.disableupdate', 'true')
$run = if ($once) { 'run', '--once' } else { 'run' }
$listener = Start-Process -FilePath 'C:\azp\bin\Agent.Listener.exe' -ArgumentList $run -NoNewWindow -PassThru
# Windows PowerShell knows the exit code later only where the handle was asked for while the process ran.
$null = $listener.Handle

# The dead-man timer. A job is a process Agent.Worker, which lives as long as the job. Windows has no SIGTERM, so the
# listener is killed, and whatever else runs ends with the container.
$idleSince = $age.Elapsed
$hadJob = $false
while (-not $listener.WaitForExit(2000)) {
    if (Get-Process -Name 'Agent.Worker' -ErrorAction SilentlyContinue) {
        $hadJob = $true
        $idleSince = $age.Elapsed
    }
    $idle = ($age.Elapsed - $idleSince).TotalMinutes
    $end = $null
    if ($idleLimit -gt 0 -and $idle -ge $idleLimit) {
        $end = 40, 'no job came in time'
        if ($once -and $hadJob) { $end = 44, 'the job was over, but the listener did not end' }
    }
    # A standing agent's job is not cut, nor one that the pool gave it right after the last.
    if ($maximumAge -gt 0 -and $age.Elapsed.TotalMinutes -ge $maximumAge -and ($once -or $idle -ge 0.25)) {
        $end = 41, 'the agent reached its greatest age'
    }
    if ($end) {
        try { $listener.Kill() } catch { Write-Host "slipway-agent: $_" }
        Leave $end[0] $end[1]
    }
}
switch ($listener.ExitCode) {
    0 { exit 0 }
    1 { Leave 10 'the listener ended with an error' }
    2 { Leave 11 'the listener ended with a retryable error' }
    { $_ -in 3, 4 } { Leave 12 'the listener wants to update itself: build the image with a newer agent' }
    default { Leave 13 "the listener ended with code $_" }
}
