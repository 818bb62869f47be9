"""Turns "set K to 0.45 on Upbit" into the keys of `.env` that have to change for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from config.env_file import EnvFile
from config.errors import Problem, SettingsError
from config.reading import Context
from config.schema import EVERYWHERE, GLOBAL, SCOPES, VENUES, did_you_mean, key_of, target_of
from config.setting import plain

_PREFIXES = tuple(prefix for prefix in SCOPES if prefix)


def changes_for(
    env: EnvFile, values: Mapping[str, Any], venue: str | None, context: Context
) -> dict[str, str | None]:
    """Keys to set (a text) or to remove (None) so that the values hold on a venue, or on all.

    `values`: plain JSON values by name, in either case; None means back to the default. A trading
    parameter without prefix holds on the venue, or on all, where a venue's own key for it goes,
    or it would still win; with its prefix (`UPBIT_K_VALUE`) just that key changes, so that any
    former file can be had back. A global setting must be hot and no secret.
    Raises `SettingsError` for any other name. Values are not judged here.
    """
    changes: dict[str, str | None] = {}
    exact: dict[str, str | None] = {}
    for name, value in values.items():
        text = None if value is None else written(value)
        if _is_exact(name.upper(), venue, context):
            exact[name.upper()] = text
            continue
        attribute = _attribute(name, context)
        changes |= dict.fromkeys(_standing(env, attribute, venue, context))
        if text is not None:
            changes[_key(env, attribute, venue, context)] = text
    return changes | exact


def _is_exact(name: str, venue: str | None, context: Context) -> bool:
    """Whether a name means one key of the file: with a prefix, or a global setting.

    Raises `SettingsError` where such a key is not to be changed by a command.
    """
    if name in GLOBAL:
        _refuse_unless_free(name)
    elif not name.startswith(_PREFIXES) or target_of(name, context.strategies) is None:
        return False
    if venue is not None:
        reason = f"is one key of .env: leave the venue {venue} out"
        raise SettingsError([Problem("", name, None, reason)])
    return True


def _refuse_unless_free(name: str) -> None:
    setting = GLOBAL[name]
    if setting.secret or not setting.hot:
        reason = "is no trading parameter: set it in .env and restart"
        raise SettingsError([Problem("", name, None, reason)])


def _standing(env: EnvFile, attribute: str, venue: str | None, context: Context) -> Iterator[str]:
    """The keys of the file that say something of a parameter for the venue, or for any."""
    scopes = (venue,) if venue else (*VENUES, EVERYWHERE)
    for key in env.entries:
        target = target_of(key, context.strategies)
        if target and target.attribute == attribute and target.scope in scopes:
            yield key


def _attribute(name: str, context: Context) -> str:
    upper = name.upper()
    target = target_of(f"CRYPTO_{upper}", context.strategies)
    if target:
        return target.attribute
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
