"""A package, so that the browser and the server that its tests share are gone after them."""
