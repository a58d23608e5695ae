enum SlipwaySandboxPlaceholder {}
