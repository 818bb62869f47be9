"""Private streams: what happens to our orders is heard at once, told once, and never in vain."""

import pytest

from tests.venues.real.listening import VENUES, listening


@pytest.mark.parametrize("name", VENUES)
async def test_a_resting_order_that_is_filled_is_heard_of_at_once(name: str) -> None:
    async with listening(name) as heard:
        order = await heard.rest()
        heard.move(0.8)
        await heard.until(lambda: order.id in heard.ended)
        assert heard.quantity == order.quantity
