"""Pages of a long list, for whatever page number the address asks."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator


class NearestPaginator(Paginator):
    """Gives the page asked for or the nearest that there is: an old link to a list that is shorter now still works.

    Django's own gives the last page for a number below one.
    """

    def get_page(self, number: Any) -> Page:
        """The page of this number, text or not; the first for what is no number or below one, the last for above."""
        try:
            number = self.validate_number(number)
        except PageNotAnInteger:
            number = 1
        except EmptyPage:
            number = 1 if int(number) < 1 else self.num_pages
        return self.page(number)
