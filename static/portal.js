/* Starts the GOV.UK Frontend components. Every page works without it. */
import { initAll } from './govuk-frontend.min.js'

initAll()
