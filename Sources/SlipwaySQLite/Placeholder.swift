enum SlipwaySQLitePlaceholder {}
