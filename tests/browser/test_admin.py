"""The officers' admin and the platform operator's, which Django draws and the strict security policy must not break."""

from .conftest import ADMINISTRATOR, COORDINATOR, COUNTY, OPERATOR, follow


def test_the_officers_admin_works_without_a_complaint_of_the_content_security_policy(open_page):
    page = open_page(COORDINATOR)
    for address in ("", "plans/action/", "plans/action/add/", "plans/plan/import/", "plans/plan/export/"):
        assert page.goto(f"{COUNTY}/admin/{address}").status == 200
        assert page.complaints == [], address
    page.goto(f"{COUNTY}/admin/plans/action/")
    page.locator("#searchbar").fill("training")
    page.locator("#changelist-search input[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator("#result_list tbody tr").count() >= 1
    assert page.complaints == []


def test_the_bare_admin_does_not_exist(open_page):
    assert open_page(COORDINATOR).goto("/admin/").status == 404


def test_the_platform_operator_creates_an_authority_and_sees_nothing_of_it(open_page):
    page = open_page(OPERATOR)
    page.goto("/")
    follow(page, "Authorities, accounts and shared lists")
    page.goto("/platform/prevent_portal/organisation/add/")
    page.locator("input[name=name]").fill("Marshgate City Council")
    page.locator("input[name=slug]").fill("marshgate")
    page.locator("select[name=kind]").select_option("unitary")
    page.locator("select[name=nation]").select_option(index=1)
    page.locator("select[name=region]").select_option(index=1)
    page.locator("input[name=_save]").click()
    page.wait_for_load_state()
    assert "was added successfully" in page.locator(".messagelist").inner_text()
    assert page.complaints == []
    assert page.goto("/authorities/marshgate/").status == 404
    assert open_page(ADMINISTRATOR).goto("/authorities/marshgate/").status == 404
