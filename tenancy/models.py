"""No table of its own. Django sends `post_migrate`, on which rights are granted, only to apps with this module."""
