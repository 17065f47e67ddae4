"""What each kind of link tells of itself: one table for each, attribute number -> key and reader."""
