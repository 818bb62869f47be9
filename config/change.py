"""Turns "set K to 0.45 on Upbit" into the keys of `.env` that have to change for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.env_file import EnvFile
from config.errors import Problem, SettingsError
from config.reading import Context
from config.schema import EVERYWHERE, GLOBAL, VENUES, did_you_mean, key_of, target_of
from config.setting import plain


def changes_for(
    env: EnvFile, values: Mapping[str, Any], venue: str | None, context: Context
) -> dict[str, str | None]:
    """Keys to set (a text) or to remove (None) so that the values hold on a venue, or on all.

    `values`: parameter names without prefix, in either case, with plain JSON values; None means
    back to the default. On all venues, a venue's own key for it goes, or it would still win.
    Raises `SettingsError` for a name that is no trading parameter. Values are not judged here.
    """
    changes: dict[str, str | None] = {}
    for name, value in values.items():
        attribute = _attribute(name, context)
        scopes = (venue,) if venue else (*VENUES, EVERYWHERE)
        for key in env.entries:
            target = target_of(key, context.strategies)
            if target and target.attribute == attribute and target.scope in scopes:
                changes[key] = None
        if value is not None:
            changes[_key(env, attribute, venue, context)] = written(value)
    return changes


def _attribute(name: str, context: Context) -> str:
    upper = name.upper()
    target = target_of(f"CRYPTO_{upper}", context.strategies)
    if target:
        return target.attribute
    if upper in GLOBAL:
        reason = "is no trading parameter: set it in .env and restart"
        raise SettingsError([Problem("", upper, None, reason)])
    like = did_you_mean(upper, context.strategies)
    hint = f" (did you mean {like}?)" if like else ""
    raise SettingsError([Problem("", upper, None, "unknown parameter" + hint)])


def _key(env: EnvFile, attribute: str, venue: str | None, context: Context) -> str:
    """The key to write: for all venues the one that the file uses already, else CRYPTO_..."""
    if venue:
        return key_of(venue, attribute)
    for key in env.entries:
        target = target_of(key, context.strategies)
        if target and target.scope == EVERYWHERE and target.attribute == attribute:
            return key
    return key_of(EVERYWHERE, attribute)


def written(value: Any) -> str:
    """A JSON value as a text of `.env`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain(value)
    if isinstance(value, list | tuple):
        return ",".join(written(part) for part in value)
    return str(value)
