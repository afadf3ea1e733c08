// Makes src/api/made/*.ts of the services' OpenAPI documents: what the console may send and gets.
import { mkdir, readFile, writeFile } from 'node:fs/promises'

import openapiTS, { astToString } from 'openapi-typescript'

import { SERVICES } from './services.mjs'

const made = new URL('../src/api/made/', import.meta.url)

await mkdir(made, { recursive: true })
for (const service of SERVICES) {
  const document = new URL(`../../../${service}/openapi.json`, import.meta.url)
  const text = `// Made of ${service}'s openapi.json.\n${astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }))}`
  const file = new URL(`${service}.ts`, made)
  if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text)
}
