"use strict";

const SEATS = 200;
const customer = "tab-" + Math.random().toString(36).slice(2, 6);
const tabs = new BroadcastChannel("booking");
const element = id => document.getElementById(id);
const showUrl = show => "api/shows/" + show;
let refused = 0;

/** 201: the seat is ours. 409: it was sold before. */
async function book(show, seat, lock) {
  const query = new URLSearchParams({customer, lock});
  const answer = await fetch(`${showUrl(show)}/seats/${seat}?${query}`, {method: "POST"});
  if (answer.status === 409) {
    refused++;
  } else if (answer.status !== 201) {
    throw new Error(`seat ${seat}: the server answers ${answer.status}`);
  }
}

/** Every tab goes through the seats in the same order, so that they meet. */
async function bookAll({show, lock}) {
  element("show").value = show;
  element("lock").checked = lock;
  refused = 0;
  for (let seat = 1; seat <= SEATS; seat++) {
    await book(show, seat, lock);
  }
  await refresh();
}

async function refresh() {
  const answer = await fetch(showUrl(element("show").value));
  if (!answer.ok) {
    throw new Error("the server answers " + answer.status);
  }
  const {node, sales, reports} = await answer.json();
  element("node").textContent = node;
  paintSeats(sales);
  paintReports(reports);
}

function paintSeats(sales) {
  const owners = Array.from({length: SEATS + 1}, () => []);
  sales.forEach(sale => owners[sale.seat].push(sale.customer));
  const count = {free: 0, mine: 0, taken: 0, twice: 0};
  for (let seat = 1; seat <= SEATS; seat++) {
    const state = stateOf(owners[seat]);
    count[state]++;
    const button = element("seats").children[seat - 1];
    button.className = state;
    button.title = owners[seat].join(", ") || "free";
  }
  element("counts").textContent =
    `${count.free} free, ${count.mine} yours, ${count.taken} somebody else's, ${count.twice} sold more than once; ` +
    `you were refused ${refused} times`;
}

function stateOf(owners) {
  if (owners.length > 1) {
    return "twice";
  }
  return owners.length === 0 ? "free" : owners[0] === customer ? "mine" : "taken";
}

function paintReports(reports) {
  element("reports").replaceChildren(...reports.map(report => {
    const row = document.createElement("tr");
    const time = new Date(report.tick * 1000).toLocaleTimeString();
    row.append(...[time, report.node, report.sold].map(text => {
      const cell = document.createElement("td");
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
}

function failed(error) {
  element("counts").textContent = String(error);
}

function click(seat) {
  book(element("show").value, seat, element("lock").checked).then(refresh).catch(failed);
}

function start() {
  element("customer").textContent = customer;
  for (let seat = 1; seat <= SEATS; seat++) {
    const button = document.createElement("button");
    button.textContent = seat;
    button.addEventListener("click", () => click(seat));
    element("seats").append(button);
  }
  element("form").addEventListener("submit", event => event.preventDefault());
  element("show").addEventListener("change", () => {
    refused = 0;
    refresh().catch(failed);
  });
  element("rush").addEventListener("click", () => {
    const all = {show: element("show").value, lock: element("lock").checked};
    tabs.postMessage(all);
    bookAll(all).catch(failed);
  });
  tabs.addEventListener("message", event => bookAll(event.data).catch(failed));
  setInterval(() => refresh().catch(failed), 1000);
  refresh().catch(failed);
}

start();
