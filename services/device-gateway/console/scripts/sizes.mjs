// What the browser loads to show the board, and each other area beyond that, gzipped: JSON to stdout. Ends with 1 where it is too much.
// What a page or panel loads later by itself, such as charts, is not counted.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

const BOARD_KB = 250
const OTHER_KB = 200
const SHELL = 'index.html'
const WORDS = 'src/words/zh/index.ts'

const dist = new URL('../dist/', import.meta.url)
const chunks = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'))

/** Return chunks with all that they import at once. */
function whole(names, seen = new Set()) {
  for (const name of names.filter((one) => !seen.has(one))) {
    seen.add(name)
    whole(chunks[name].imports ?? [], seen)
  }
  return seen
}

async function kilobytes(names, without = new Set()) {
  const files = new Set([...names].filter((name) => !without.has(name)).flatMap((name) => [chunks[name].file, ...(chunks[name].css ?? [])]))
  const sizes = await Promise.all([...files].map(async (file) => gzipSync(await readFile(new URL(file, dist))).length))
  return Math.round(sizes.reduce((sum, one) => sum + one, 0) / 102.4) / 10
}

const opened = new Set([...whole([SHELL])].flatMap((name) => chunks[name].dynamicImports ?? []))
const partsOf = (area) => [...opened].filter((name) => name.startsWith(`src/areas/${area}/`))
const areas = new Set([...opened].filter((name) => name.startsWith('src/areas/')).map((name) => name.split('/')[2]))
const board = whole([SHELL, WORDS, ...partsOf('board')])
const found = { board: await kilobytes(board) }
for (const area of areas) {
  if (area !== 'board') found[area] = await kilobytes(whole(partsOf(area)), board)
}
console.log(JSON.stringify(found))

const fat = Object.entries(found).filter(([area, size]) => size >= (area === 'board' ? BOARD_KB : OTHER_KB))
for (const [area, size] of fat) console.error(`${area}: ${size} KB gzipped, under ${area === 'board' ? BOARD_KB : OTHER_KB} are wanted`)
process.exit(fat.length > 0 ? 1 : 0)
