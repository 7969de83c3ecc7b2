"""The registry "Lagos demonstration": its cast, and twelve stories played through the same services that people use."""
