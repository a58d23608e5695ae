enum SlipwayCorePlaceholder {}
