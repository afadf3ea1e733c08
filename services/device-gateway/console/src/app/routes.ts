/** Addresses of the desk: each area brings its own pages. */
import { createRouter, createWebHistory } from 'vue-router'

import { areas } from '@/areas'
import type { May } from './area'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...areas.flatMap((area) => area.routes.map((route) => ({ ...route, meta: { ...route.meta, area: area.name } }))),
    { path: '/:rest(.*)*', name: 'start', component: () => import('./Nowhere.vue') },
  ],
})

/** Return the path of the page that waits for somebody with these rights. */
export function startOf(may: May): string {
  const [first] = areas.filter((area) => area.shown(may)).sort((a, b) => b.start(may) - a.start(may))
  return first?.routes[0]?.path ?? '/board'
}
