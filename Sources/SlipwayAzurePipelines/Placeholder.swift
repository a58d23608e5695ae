enum SlipwayAzurePipelinesPlaceholder {}
