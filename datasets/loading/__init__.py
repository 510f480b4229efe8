"""The bundled sets: tables with checksums, their texts read, each a Dataset."""
