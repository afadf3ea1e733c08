/** The panel beside the page: any area opens another one's thing by its name; it stands in the address. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import type { Card } from '@/live/board'

export interface Opened {
  name: string
  id: string
}

export function usePanel() {
  const route = useRoute()
  const router = useRouter()
  const opened = computed<Opened | null>(() => {
    const [name, ...rest] = String(route.query.beside ?? '').split(':')
    return name ? { name, id: rest.join(':') } : null
  })
  const open = (name: string, id = '') => router.push({ query: { ...route.query, beside: `${name}:${id}` } })
  /** Open it in the place of what is opened: the way back leads past that. */
  const goOn = (name: string, id: string) => router.replace({ query: { ...route.query, beside: `${name}:${id}` } })
  const close = () => {
    const { beside: _, ...query } = route.query
    return router.push({ query })
  }
  /** Close it for good: the way back does not lead to it. */
  const leave = () => {
    const { beside: _, ...query } = route.query
    return router.replace({ query })
  }
  return { close, goOn, leave, open, opened }
}

/** Return the panel in which a card's next step is. */
export function panelOf(card: Card): Opened {
  if (card.kind === 'visit') return { name: 'visit', id: card.id }
  if (card.kind === 'charge') return { name: 'charge', id: card.id }
  return { name: 'arrival', id: card.customer }
}
