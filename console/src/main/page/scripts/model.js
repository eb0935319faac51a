// The mesh as it is known here: peers and edges as they come, and what is made of them for people: services, and links between services.

import { serviceOf } from "./format.js";

export class Model {
  peers = new Map();
  edges = new Map();
  /** Steps, in the last minute. */
  leftOut = 0;
  /** Whether anything has been told yet. */
  isKnown = false;

  /** Takes in what has changed; the first change after a hello is all there is. */
  apply(change, isWhole) {
    if (isWhole) {
      this.peers.clear();
      this.edges.clear();
    }
    change.peers.forEach((peer) => this.peers.set(peer.label, peer));
    change.peersGone.forEach((label) => this.peers.delete(label));
    change.edges.forEach((edge) => this.edges.set(`${edge.from}|${edge.to}|${edge.channel}`, edge));
    change.edgesGone.forEach((key) => this.edges.delete(key));
    this.leftOut = change.leftOut;
    this.isKnown = true;
  }

  /** Services by name, each with its instances. Those that only edges tell of are there too, with no instances. */
  services() {
    const services = new Map();
    const service = (name) => {
      if (!services.has(name)) {
        services.set(name, { name, peers: [] });
      }
      return services.get(name);
    };
    const avoided = this.#avoided();
    for (const peer of this.peers.values()) {
      service(peer.service).peers.push({ ...peer, avoidedBy: avoided.get(peer.label) ?? 0 });
    }
    for (const edge of this.edges.values()) {
      service(serviceOf(edge.from));
      service(serviceOf(edge.to));
    }
    for (const { peers } of services.values()) {
      peers.sort((one, other) => one.instance.localeCompare(other.instance, "en", { numeric: true }));
    }
    return new Map([...services].sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true })));
  }

  /** What one service says to another on one channel: the edges of their instances together. */
  links() {
    const links = new Map();
    for (const edge of this.edges.values()) {
      const from = serviceOf(edge.from);
      const to = serviceOf(edge.to);
      const key = `${from}|${to}|${edge.channel}`;
      let link = links.get(key);
      if (!link) {
        link = { key, from, to, channel: edge.channel, style: edge.style, edges: [], count: 0, errors: 0, rate: 0, errorRate: 0, p50: 0, p99: 0, lastSeen: "" };
        links.set(key, link);
      }
      link.edges.push({ ...edge, circuit: this.peers.get(edge.from)?.circuits?.[edge.to] });
      link.count += edge.count;
      link.errors += edge.errors;
      link.rate += edge.rate;
      link.errorRate += edge.errorRate;
      link.p50 += edge.p50Nanos * Math.max(edge.rate, 1e-6);
      link.p99 = Math.max(link.p99, edge.p99Nanos);
      link.lastSeen = link.lastSeen > edge.lastSeen ? link.lastSeen : edge.lastSeen;
    }
    for (const link of links.values()) {
      const weight = link.edges.reduce((sum, edge) => sum + (edge.p50Nanos > 0 ? Math.max(edge.rate, 1e-6) : 0), 0);
      link.p50 = weight > 0 ? link.p50 / weight : 0;
    }
    return links;
  }

  /** By how many others each peer is avoided at this moment, by its label. */
  #avoided() {
    const avoided = new Map();
    for (const { circuits } of this.peers.values()) {
      for (const [other, state] of Object.entries(circuits ?? {})) {
        if (state === "open") {
          avoided.set(other, (avoided.get(other) ?? 0) + 1);
        }
      }
    }
    return avoided;
  }

  totals() {
    let up = 0;
    let gone = 0;
    for (const peer of this.peers.values()) {
      if (peer.condition === "UP") {
        up++;
      } else if (peer.condition === "GONE") {
        gone++;
      }
    }
    let rate = 0;
    let errorRate = 0;
    for (const edge of this.edges.values()) {
      rate += edge.rate;
      errorRate += edge.errorRate;
    }
    return { up, gone, rate, errorRate };
  }
}
