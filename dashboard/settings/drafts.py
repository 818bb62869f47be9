"""Changes that are not applied yet: which keys of `.env` they touch, and the command for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.reading import Context
from config.schema import EVERYWHERE, GLOBAL, key_of, target_of
from config.setting import Setting
from dashboard.settings import typed
from dashboard.settings.paper import Paper, keys_of
from dashboard.settings.schema import free, sections

Draft = dict[str, str | None]  # canonical key -> text, None: taken out of the file


def edited(draft: Draft, paper: Paper, setting: Setting, scope: str, text: str | None) -> Draft:
    """The draft with a setting changed for a venue, or for `crypto`: all; None: to the default.

    For all venues means that a venue's own key goes, or it would still win.
    """
    keys = keys_of(setting)
    if setting.name not in GLOBAL and scope != EVERYWHERE:
        keys = (key_of(scope, setting.attribute),)
    rest = {key: old for key, old in draft.items() if key not in keys}
    gone: Draft = {key: None for key in keys if key in paper.texts}
    wish: Draft = {} if text is None else {keys[0]: text}
    return pruned(rest | gone | wish, paper)


def pruned(draft: Draft, paper: Paper) -> Draft:
    """Without what the file says already."""
    return {key: text for key, text in draft.items() if not _stands(paper, key, text)}


def difference(paper: Paper, former: dict[str, str]) -> tuple[Draft, list[str]]:
    """What has to change so that the file reads as it did, and the keys that no command changes."""
    whole: Draft = {key: former.get(key) for key in (*former, *paper.texts)}
    changed = pruned(whole, paper)
    able = {key: text for key, text in changed.items() if _able(paper, key)}
    return able, [key for key in changed if key not in able]


def command(draft: Draft, paper: Paper) -> dict[str, Any]:
    """`values` of `set_parameters` for a draft.

    A key that the file has without prefix is named so: with the prefix it would stand there twice.
    Without prefix venues' own keys go, so those that are to stay are named as well.
    """
    values: dict[str, Any] = {}
    for key, text in draft.items():
        line = paper.lines.get(key)
        bare = line is not None and line.key != key
        values[line.key if line is not None and bare else key] = _wired(paper, key, text)
        if bare:
            values |= {
                own: _wired(paper, own, paper.texts[own]) for own in _own_keys(paper, key, draft)
            }
    return values


def setting_of(key: str, context: Context) -> Setting | None:
    """The setting that a canonical key sets, a strategy's threshold included."""
    target = target_of(key, context.strategies)
    if target is None or target.setting:
        return target.setting if target else None
    own = sections(context.strategies)[-1].settings
    return next((one for one in own if one.attribute == target.attribute), None)


def scope_of(key: str, context: Context) -> str:
    """`crypto`, a venue, or empty for a global setting."""
    target = target_of(key, context.strategies)
    return target.scope if target else ""


def _stands(paper: Paper, key: str, text: str | None) -> bool:
    setting = setting_of(key, paper.context)
    here = paper.texts.get(key)
    return setting is not None and typed.same(setting, text, here, paper.context.names)


def _able(paper: Paper, key: str) -> bool:
    setting = setting_of(key, paper.context)
    return setting is not None and (key not in GLOBAL or free(setting))


def _own_keys(paper: Paper, key: str, draft: Draft) -> Iterator[str]:
    """Venues' own keys of a setting that stand in the file and are to stay as they are."""
    setting = setting_of(key, paper.context)
    for own in keys_of(setting)[1:] if setting else ():
        if own in paper.texts and own not in draft:
            yield own


def _wired(paper: Paper, key: str, text: str | None) -> Any:
    setting = setting_of(key, paper.context)
    if text is None or setting is None:
        return text
    return typed.wire(setting, text, paper.context.names)
