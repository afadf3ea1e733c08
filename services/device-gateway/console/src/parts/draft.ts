/** What is typed into a form stays in this tab until it is sent or given up: over a reload, an ended session, a new version. */
import { reactive, watch } from 'vue'

const PREFIX = 'qiantai.draft.'

function read(name: string): object {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? '{}') as object
  } catch {
    return {}
  }
}

/** Return the fields of a form, as they were left under this name, and how to give them up. */
export function useDraft<T extends object>(name: string, fresh: T): { said: T; drop: () => void } {
  const said = reactive({ ...fresh, ...read(name) }) as T
  const first = JSON.stringify(fresh)
  let done = false
  watch(() => JSON.stringify(said), (text) => {
    if (done || text === first) sessionStorage.removeItem(PREFIX + name)
    else sessionStorage.setItem(PREFIX + name, text)
  })
  function drop(): void {
    done = true
    sessionStorage.removeItem(PREFIX + name)
  }
  return { said, drop }
}

/** Nobody else finds in this tab what somebody has typed. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
}
