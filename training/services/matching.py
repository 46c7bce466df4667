"""Whom a list means: by number, then by e-mail address. What two people could mean means neither."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from training.lists import number_key

T = TypeVar("T")


class KnownPeople(Generic[T]):
    """People, or their keys, by what lists call them; made of (person, number, e-mail address)."""

    def __init__(self, people: Iterable[tuple[T, str, str]]) -> None:
        self._by_number: dict[str, T] = {}
        self._by_key: dict[str, T | None] = {}
        self._by_email: dict[str, T | None] = {}
        for person, number, email in people:
            if number:
                self._by_number[number.casefold()] = person
                key = number_key(number)
                self._by_key[key] = None if key in self._by_key else person
            if email:
                address = email.casefold()
                self._by_email[address] = None if address in self._by_email else person

    def with_number(self, number: str) -> T | None:
        """Who has this number, written as it is or with other noughts in front."""
        return (self._by_number.get(number.casefold()) or self._by_key.get(number_key(number))) if number else None

    def with_email(self, email: str) -> T | None:
        """Who has this e-mail address."""
        return self._by_email.get(email.casefold()) if email else None
