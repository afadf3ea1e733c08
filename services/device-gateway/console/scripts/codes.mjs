// Makes src/words/made/{zh,en}/code.json of the services' OpenAPI documents: what their codes are called (`x-words`).
import { mkdir, readFile, writeFile } from 'node:fs/promises'

import { SERVICES } from './services.mjs'

const made = new URL('../src/words/made/', import.meta.url)
const said = { zh: {}, en: {} }

/** A code with dots (`triage.visit.assigned`) stands as deep as vue-i18n looks for it. */
function put(words, path, text) {
  const last = path.pop()
  for (const step of path) words = words[step] ??= {}
  words[last] = text
}

for (const service of SERVICES) {
  const document = JSON.parse(await readFile(new URL(`../../../${service}/openapi.json`, import.meta.url), 'utf8'))
  for (const [group, codes] of Object.entries(document['x-words'])) {
    if (group in said.zh) throw new Error(`${service}: another service has words for ${group}`)
    for (const [code, text] of Object.entries(codes)) {
      for (const language of Object.keys(said)) put(said[language], [group, ...code.split('.')], text[language])
    }
  }
}
for (const [language, words] of Object.entries(said)) {
  await mkdir(new URL(`${language}/`, made), { recursive: true })
  const file = new URL(`${language}/code.json`, made)
  const text = `${JSON.stringify(words, null, 2)}\n`
  if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text)
}
