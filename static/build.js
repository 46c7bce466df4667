/*
 * Puts everything that is served into build/: the compiled style sheet, the scripts, our own pictures.
 * Fonts and crest of GOV.UK Frontend stay behind: they may be used on gov.uk services only.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const build = join(here, 'build')
const frontend = join(here, 'node_modules', 'govuk-frontend', 'dist')

const OWN_FILES = ['portal.js', 'supported.js', 'favicon.svg', 'print.css']

rmSync(build, { recursive: true, force: true })
mkdirSync(build, { recursive: true })

const { css } = sass.compile(join(here, 'portal.scss'), {
  loadPaths: [frontend],
  quietDeps: true,
  style: 'compressed'
})
writeFileSync(join(build, 'portal.css'), css)

// Without its source map, which we do not serve: collecting the files with hashed names would ask for it.
const script = readFileSync(join(frontend, 'govuk', 'govuk-frontend.min.js'), 'utf8')
writeFileSync(join(build, 'govuk-frontend.min.js'), script.replace(/\/\/# sourceMappingURL=.*\s*$/, '\n'))

for (const file of OWN_FILES.filter((name) => existsSync(join(here, name)))) {
  copyFileSync(join(here, file), join(build, file))
}
