"""What a pose holds: phones, cups, bags, swords and more, as simple meshes that follow the hands."""
