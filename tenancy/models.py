"""No table here. Django sends `post_migrate`, on which rights are granted, only to apps with this module."""
