/** What is typed into a form stays in this tab until it is sent or given up: over a reload, an ended session, a new version. */
import { reactive, watch } from 'vue'

const PREFIX = 'qiantai.draft.'

function read(name: string): object | null {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null') as object | null
  } catch {
    return null
  }
}

const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * Return the fields of a form, as they were left under this name, and how to give them up.
 *
 * `untouched` says of what there is whether nothing is typed that must be kept.
 */
export function useDraft<T extends object>(name: string, fresh: T, untouched: (said: T) => boolean = (said) => alike(said, fresh)) {
  const left = read(name)
  const first = JSON.parse(JSON.stringify(fresh)) as T
  const said = reactive({ ...first, ...left }) as T
  let done = false
  watch(() => JSON.stringify(said), (text) => {
    if (done || untouched(said)) sessionStorage.removeItem(PREFIX + name)
    else sessionStorage.setItem(PREFIX + name, text)
  })
  function drop(): void {
    done = true
    sessionStorage.removeItem(PREFIX + name)
  }
  return { drop, found: left !== null, said }
}

/** Nobody else finds in this tab what somebody has typed. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
}
