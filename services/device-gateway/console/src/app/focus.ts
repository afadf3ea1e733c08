/**
 * The keyboard is never nowhere.
 *
 * What has the focus may go away or stand still while it is sent: it gets the focus back when it can be used again, and
 * where it is gone, what was around it gets it. Whoever clicks beside everything has left it on purpose.
 */
const SOON_MS = 50
let at: HTMLElement | null = null
let around: HTMLElement[] = []
let soon = 0

const nowhere = () => document.activeElement === null || document.activeElement === document.body
const usable = (one: HTMLElement) => one.isConnected && !one.matches(':disabled') && (one.checkVisibility?.() ?? true)
const busy = (one: HTMLElement) => one.isConnected && one.matches('.is-loading')

function enter(event: FocusEvent): void {
  at = event.target as HTMLElement
  around = []
  for (let one = at.parentElement; one && one !== document.body; one = one.parentElement) around.push(one)
}

/** A component that puts the focus somewhere itself is first. */
function look(): void {
  if (at === null || !nowhere()) return
  clearTimeout(soon)
  soon = window.setTimeout(giveBack, SOON_MS)
}

function leave(): void {
  queueMicrotask(() => { if (at && nowhere() && usable(at) && (at.tabIndex >= 0 || at.hasAttribute('tabindex'))) at = null })
  look()
}

function giveBack(): void {
  if (at === null || !nowhere() || busy(at)) return
  const page = document.getElementById('page')
  const next = [at, ...around].find((one) => usable(one) && !one.contains(page)) ?? page
  if (next === null) return
  next.focus()
  if (!nowhere()) return
  next.tabIndex = -1 // for now: nobody comes to it with Tab
  next.addEventListener('blur', () => { next.removeAttribute('tabindex') }, { once: true })
  next.focus()
}

export function keepFocus(): void {
  document.addEventListener('focusin', enter)
  document.addEventListener('focusout', leave)
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] })
}
