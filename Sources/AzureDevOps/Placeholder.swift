enum AzureDevOpsPlaceholder {}
