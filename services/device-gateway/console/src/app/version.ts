/** A page that is older than the server: it is told to load anew, and what is typed stays. */
import { ref } from 'vue'

export const outdated = ref(false)
const OURS = document.querySelector('script[type=module][src]')?.getAttribute('src')

/** Ask whether the server has another build by now. */
export async function compare(): Promise<void> {
  const page = await fetch('/', { cache: 'no-store', headers: { Accept: 'text/html' } }).then((answer) => (answer.ok ? answer.text() : '')).catch(() => '')
  const theirs = /<script type="module"[^>]* src="([^"]+)"/.exec(page)?.[1]
  if (OURS && theirs && theirs !== OURS) outdated.value = true
}

export function watchVersion(): void {
  // a part of the page that is not there any more: the server has been upgraded
  window.addEventListener('vite:preloadError', (event) => {
    event.preventDefault()
    void compare()
  })
}
