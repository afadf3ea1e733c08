/** Files: find somebody, see what matters, edit, cards; a short file opens beside any page. */
import { User } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const customers: Area = {
  name: 'customers',
  icon: User,
  shown: (may) => may('customer.read'),
  start: () => 0,
  routes: [
    { path: '/customers', name: 'customers', component: () => import('./CustomersPage.vue') },
    { path: '/customers/:id', name: 'customer', component: () => import('./FilePage.vue'), props: true },
  ],
  panels: {
    customer: () => import('./CustomerPanel.vue'),
    label: () => import('./LabelPrint.vue'),
  },
}

export default customers
