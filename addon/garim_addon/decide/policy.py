"""Policy: a validated file, and the pure functions that turn a verdict into an action.

Rules, first match wins:
- What a list named is handled by `actions.listed`, whatever else failed and whatever the zone.
- What the classifier condemned is handled by `actions.classifier`.
- What could not be judged is handled by the fail matrix: cause x direction.
- What is unconfirmed passes or is reported; everything else passes.
Then:
- An upload has nobody to show a placeholder to: `replace` becomes `refuse` there.
- `report_only` changes nothing and counts everything.
- A list match and a failure get the card, never the blurred original.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError

from garim_addon.decide import settings, thresholds
from garim_addon.decide.action import Action, Decision, Style
from garim_addon.decide.policy_error import PolicyError, from_validation
from garim_addon.decide.profiles import Profile, merged
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds
from garim_addon.verdict import FailureCause, Outcome, Verdict

MAX_FILE = 4 << 20
"""Bytes of a policy file; two full host lists fit."""


class Policy(settings.Table):
    """One policy, complete and frozen.

    Attributes:
        profile: The preset it started from.
        language: Language of placeholders, pages and messages; `auto` follows the user's locale.
        report_only: Dry run: judge and count, change nothing.
    """

    profile: Annotated[Profile, Field(strict=False)]
    language: Literal["auto", "ko", "en"] = "auto"
    report_only: bool = False
    actions: settings.Actions = settings.Actions()
    placeholder: settings.Placeholder = settings.Placeholder()
    classifier: settings.Classifier = settings.Classifier()
    limits: settings.Limits = settings.Limits()
    zones: settings.Zones = settings.Zones()
    hosts: settings.HostRules = settings.HostRules()
    fail: settings.Fail
    log: settings.Log = settings.Log()

    @classmethod
    def preset(cls, profile: Profile = Profile.HOME) -> Self:
        """Return a profile's policy without any file."""
        return cls.model_validate(merged(profile, {}))

    @classmethod
    def parse(cls, text: str, file: str = "policy.toml") -> Self:
        """Read a policy from TOML.

        Args:
            text: The file's content.
            file: Its name, for messages.

        Raises:
            PolicyError: When anything in it is wrong; one sentence says what and what is allowed.
        """
        if not text.strip():
            # Many editors empty a file before they write it: that moment must not reset a policy.
            raise PolicyError("{file} is empty; it must set at least a profile.", file=file)
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _syntax_error(file, error) from None
        try:
            return cls.model_validate(merged(_profile(raw), raw))
        except ValidationError as error:
            raise from_validation(file, cls, error) from None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a policy file.

        Raises:
            PolicyError: When it cannot be read or anything in it is wrong.
        """
        return cls.parse(decoded(read(path), path.name), path.name)

    def decide(self, verdict: Verdict, direction: Direction) -> Decision:
        """Return what is done to the exchange that `verdict` is about."""
        if verdict.outcome is Outcome.BLOCK:
            if verdict.listed:
                return self._settled(self.actions.listed, direction)
            return self._settled(self.actions.classifier, direction, self.placeholder.style)
        if verdict.failure is not None:
            return self._settled(self._fail_action(verdict.failure, direction), direction)
        if verdict.outcome is Outcome.UNCONFIRMED:
            return self._settled(self.actions.unconfirmed, direction)
        return Decision(Action.PASS)

    def failed(
        self, cause: FailureCause, direction: Direction, *, listed: bool = False
    ) -> Decision:
        """Return what is done when there is no verdict at all.

        Args:
            cause: Why there is none.
            direction: Which way the media travels.
            listed: Whether a list already named the address, the host or the digest.
        """
        wanted = self.actions.listed if listed else self._fail_action(cause, direction)
        return self._settled(wanted, direction)

    def on_failure(
        self, cause: FailureCause, direction: Direction, *, listed: bool = False
    ) -> Action:
        """Return the action of `failed`: pass, replace, cut or refuse."""
        return self.failed(cause, direction, listed=listed).action

    def thresholds(self, shift: float, defaults: thresholds.ModelDefaults) -> Thresholds:
        """Return the classifier's thresholds for a site.

        Args:
            shift: The site's zone (`zone.Zones.shift`), positive is lenient; cut to `max_shift`.
            defaults: What the models' manifests recommend.
        """
        if not self.classifier.enabled:
            return thresholds.OFF
        most = self.zones.max_shift
        return thresholds.settle(
            defaults,
            low=self.classifier.low,
            high=self.classifier.high,
            agree=self.classifier.agree,
            shift=max(-most, min(most, shift)),
        )

    def _fail_action(self, cause: FailureCause, direction: Direction) -> Action:
        table = self.fail.download if direction is Direction.DOWNLOAD else self.fail.upload
        return table[cause]

    def _settled(self, wanted: Action, direction: Direction, style: Style = Style.CARD) -> Decision:
        if wanted is Action.REPLACE and direction is Direction.UPLOAD:
            wanted = Action.REFUSE
        if wanted.changes and not self.report_only:
            return Decision(wanted, style, wanted=wanted)
        return Decision(Action.PASS, style, report=wanted is not Action.PASS, wanted=wanted)


def read(path: Path) -> bytes:
    """Read a policy file's bytes.

    Raises:
        PolicyError: When it cannot be read or is absurdly large.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE + 1)
    except OSError as error:
        raise PolicyError(
            "{file} cannot be read: {detail}.", file=path.name, detail=error.strerror or error
        ) from None
    if len(body) > MAX_FILE:
        raise PolicyError("{file} is larger than {most} bytes.", file=path.name, most=MAX_FILE)
    return body


def decoded(body: bytes, file: str) -> str:
    """Return a policy file's bytes as text.

    Raises:
        PolicyError: When it is not UTF-8.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError("{file} is not UTF-8 text.", file=file) from None


def _profile(raw: dict[str, Any]) -> Profile:
    """Return the preset to start from; a wrong one is left for validation to name."""
    try:
        return Profile(raw.get("profile", Profile.HOME))
    except ValueError:
        return Profile.HOME


def _syntax_error(file: str, error: tomllib.TOMLDecodeError) -> PolicyError:
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place is None:
        return PolicyError("{file} ends in the middle of a setting.", file=file)
    return PolicyError(
        "{file}: line {line}, column {column} is not valid TOML.",
        file=file,
        line=place[1],
        column=place[2],
    )
