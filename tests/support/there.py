from typing import TypeVar

T = TypeVar("T")


def there(value: T | None) -> T:
    """`value`, of which a test knows that it is there."""
    assert value is not None
    return value
