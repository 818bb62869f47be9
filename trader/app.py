"""Composition root: settings become a running system. The only file that knows every class."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from config import logging as logs
from config.env_file import EnvFile
from config.reading import Context
from config.redaction import Redactor
from config.settings import Settings
from trader.bridge.commands import Command
from trader.bridge.publisher import Publisher
from trader.domain.errors import BadInput
from trader.domain.events import Event, HaltFileSeen, ParametersChanged
from trader.domain.instrument import venue_of
from trader.domain.money import exact
from trader.domain.outcome import Outcome, Question
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.listing import list_market
from trader.engine.state import State, VenueState
from trader.feeds.demo import DemoFeed, Pace, Scene, chosen_keys
from trader.feeds.generator import GeneratedMarket
from trader.feeds.market import Market
from trader.feeds.programme import open_replay
from trader.feeds.shelf import Wish
from trader.shell import terminal, world
from trader.shell.clock import Clock, WallClock
from trader.shell.commander import Commander, Taken, commanded
from trader.shell.cycle import Cycle, Face
from trader.shell.daemon import Core, Ending, Service, Stop, serve, stop_on_signals
from trader.shell.inbox import Inbox
from trader.shell.lock import owned
from trader.shell.reporter import Reporter
from trader.shell.tuning import Source, Tuning, read_or_refuse
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import Catalogue, discover
from trader.strategies.live import RollingSignals, Terms
from trader.venues.disk import SimulatedDisk
from trader.venues.profiles import profile_of
from trader.venues.router import Router
from trader.venues.simulated import Opening, SimulatedVenue
