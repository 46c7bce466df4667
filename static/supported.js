/* Runs before the first paint, so that parts which only work with JavaScript do not flash up without it. */
document.body.className +=
  ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '')
