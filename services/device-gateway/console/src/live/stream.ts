/** The live stream of one branch's board: server-sent events, with the token in a header. */
import { createEventSource, type EventSourceClient } from 'eventsource-client'

const QUIET_MS = 40_000 // the server says something every 15 s

export interface Change {
  sequence: number
  kind: 'card' | 'consultant' | 'unrecognised' | 'alert'
  id: string
  day: string | null
  value: unknown
}

export interface Ears {
  /** The stream is open; everything after the last change will come. */
  ready(): void
  change(change: Change): void
  /** More was missed than the server keeps: load the board anew. */
  reset(): void
  away(): void
  /** The server refuses: 401 signed out, 403 not allowed, 404 no such branch, 429 too many. */
  denied(status: number): void
}

export interface Following {
  stop(): void
}

/** Follow `url` after `sequence`; comes again by itself until it is stopped or denied. */
export function follow(url: string, sequence: number, token: () => string, ears: Ears): Following {
  let last = sequence
  let quiet = 0
  let source: EventSourceClient | null = null
  let stopped = false

  /** Whatever comes, also a beat that says nothing, shows that the line is open. */
  const heard = () => {
    clearTimeout(quiet)
    if (!stopped) quiet = window.setTimeout(anew, QUIET_MS)
  }
  const stop = () => {
    stopped = true
    clearTimeout(quiet)
    source?.close()
  }
  /** A line that was closed cannot be opened again while it ends: another one is. */
  const anew = () => {
    source?.close()
    ears.away()
    open()
  }
  const fetching: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('Authorization', `Bearer ${token()}`)
    headers.set('Last-Event-ID', String(last))
    heard()
    const response = await fetch(input, { ...init, headers, cache: 'no-store' })
    if ([401, 403, 404].includes(response.status)) {
      stop()
      ears.denied(response.status)
    }
    heard()
    return response
  }
  const open = () => {
    source = createEventSource({
      url,
      fetch: fetching as never,
      onComment: heard,
      onMessage: ({ event, data }) => {
        if (stopped) return
        heard()
        if (event === 'ready') {
          last = (JSON.parse(data) as { sequence: number }).sequence
          ears.ready()
        } else if (event === 'change') {
          const change = JSON.parse(data) as Change
          last = change.sequence
          ears.change(change)
        } else if (event === 'reset') {
          stop()
          ears.reset()
        }
      },
      onDisconnect: () => {
        if (!stopped) ears.away()
      },
    })
  }

  open()
  return { stop }
}
