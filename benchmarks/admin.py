"""Frameworks and their benchmarks, in the platform operator's admin."""

from django.contrib import admin

from prevent_portal.admin import PlatformModelAdmin, platform_site

from .models import Benchmark, Framework


class BenchmarkInline(admin.TabularInline):
    model = Benchmark
    extra = 0

    def has_view_permission(self, request, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class FrameworkAdmin(PlatformModelAdmin):
    list_display = ("title", "year", "retired_on")
    search_fields = ("title",)
    inlines = [BenchmarkInline]


platform_site.register(Framework, FrameworkAdmin)
