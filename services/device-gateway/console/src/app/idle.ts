/** Locks the screen after some minutes without input; all tabs of this browser are one desk. */
const LOOK_MS = 5_000
const TELL_MS = 5_000
const INPUT = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const
const CHANNEL = 'qiantai.desk'

type Said = 'active' | 'lock'

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null

/** Lock the other tabs too: whoever leaves the desk leaves all of them. */
export const lockOthers = () => channel?.postMessage('lock' satisfies Said)

/** `minutes` without input lock; 0 for never. */
export function watchForIdleness({ minutes, lock }: { minutes: () => number; lock: () => void }): () => void {
  let last = Date.now()
  let told = 0

  /** Whether it is time; an input that comes after the computer slept is too late. */
  const overdue = () => minutes() > 0 && Date.now() - last >= minutes() * 60_000

  function look(): void {
    if (overdue()) lock()
  }

  function active(): void {
    if (overdue()) { lock(); return }
    last = Date.now()
    if (last - told < TELL_MS) return
    told = last
    channel?.postMessage('active' satisfies Said)
  }

  function hear({ data }: MessageEvent<Said>): void {
    if (data === 'lock') lock()
    else last = Date.now()
  }

  for (const kind of INPUT) window.addEventListener(kind, active, { capture: true, passive: true })
  channel?.addEventListener('message', hear)
  const timer = setInterval(look, LOOK_MS)
  return () => {
    for (const kind of INPUT) window.removeEventListener(kind, active, { capture: true })
    channel?.removeEventListener('message', hear)
    clearInterval(timer)
  }
}
