"""What a page shows, as frozen dataclasses: words and facts already cut to what the viewer may read."""
