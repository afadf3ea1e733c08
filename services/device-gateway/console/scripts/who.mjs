// Makes src/api/made/who.ts of the services' OpenAPI documents: the roles that may call each operation.
import { mkdir, readFile, writeFile } from 'node:fs/promises'

import { SERVICES } from './services.mjs'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const made = new URL('../src/api/made/', import.meta.url)

const documents = await Promise.all(SERVICES.map(async (service) => JSON.parse(await readFile(new URL(`../../../${service}/openapi.json`, import.meta.url), 'utf8'))))
const roles = Object.entries(documents.find((one) => 'x-roles' in one)['x-roles'])
const who = documents.flatMap(({ paths }) => Object.entries(paths).flatMap(([path, operations]) =>
  METHODS.filter((method) => method in operations).map((method) => {
    const may = roles.filter(([, actions]) => actions.includes(operations[method]['x-action'])).map(([role]) => role)
    return [`${method.toUpperCase()} ${path}`, may]
  })))

await mkdir(made, { recursive: true })
const file = new URL('who.ts', made)
const text = `// Made of the services' openapi.json.
/** The roles that may call each operation; none: whoever has signed in, or everybody. */
export const WHO = {
${who.map(([operation, may]) => `  '${operation}': [${may.map((role) => `'${role}'`).join(', ')}],`).join('\n')}
} as const
export type Operation = keyof typeof WHO
`
if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text)
