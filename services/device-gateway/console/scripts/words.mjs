// Each text in both languages with the same holes, none unused: a key is used where it stands in quotes in the sources,
// whole, or as the beginning of a key that is put together (`board.empty_${…}`). Words of codes are the services' and may wait for a use.
import { readdir, readFile } from 'node:fs/promises'

const root = new URL('../src/', import.meta.url)

function flat(value, path = '') {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, path ? `${path}.${name}` : name))
}

async function words(language) {
  const found = new Map()
  for (const folder of [`words/${language}/`, `words/made/${language}/`]) {
    for (const file of await readdir(new URL(folder, root))) {
      if (!file.endsWith('.json')) continue
      const area = file.slice(0, -5)
      for (const [key, text] of flat(JSON.parse(await readFile(new URL(folder + file, root), 'utf8')))) found.set(`${area}.${key}`, text)
    }
  }
  return found
}

async function sources() {
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('api/made'))
  return (await Promise.all(names.map((name) => readFile(new URL(name, root), 'utf8')))).join('\n')
}

/** One form of several (`{count} slip | {count} slips`) says the same. */
const holes = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]))].sort().join()

const [zh, en, text] = await Promise.all([words('zh'), words('en'), sources()])
const whole = new Set([...text.matchAll(/['"`]([a-z]+(?:\.[\w-]+)+)['"`]/g)].map((one) => one[1]))
/** What is said of a topic of help is used where the topic is named. */
const asTopic = (key) => key.replace(/^(help\..+)\.(does|rule)$/, '$1')
const begun = [...text.matchAll(/`([a-z]+\.[\w.-]*)\$\{/g)].map((one) => one[1])
const problems = []
for (const [key, said] of zh) {
  if (!en.has(key)) problems.push(`${key}: not in English`)
  else if (holes(said) !== holes(en.get(key))) problems.push(`${key}: other holes in English`)
  if (!key.startsWith('code.') && !whole.has(asTopic(key)) && !begun.some((start) => key.startsWith(start))) problems.push(`${key}: is not used`)
}
for (const key of en.keys()) if (!zh.has(key)) problems.push(`${key}: not in Chinese`)
for (const key of whole) {
  const [area, ...rest] = key.split('.')
  const asked = new RegExp(`\\bt\\(\\s*['"\`]${area}\\.${rest.join('\\.')}['"\`]`)
  if (area === 'help' && rest[0] !== 'json' ? !zh.has(`${key}.does`) : !zh.has(key) && asked.test(text)) problems.push(`${key}: is used, but there are no words for it`)
}
for (const one of problems) console.error(one)
process.exit(problems.length ? 1 : 0)
