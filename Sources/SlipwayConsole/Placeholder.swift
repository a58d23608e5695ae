enum SlipwayConsolePlaceholder {}
