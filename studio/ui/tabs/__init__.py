"""One class a tab: build() makes widgets, wire(shared) binds events."""
