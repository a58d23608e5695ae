enum SlipwayReceiverPlaceholder {}
