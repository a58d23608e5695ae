enum SlipwayECSPlaceholder {}
