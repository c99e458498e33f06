/**
 * The addresses that clients are about to learn, in sets of nft, so that the firewall lets them pass before the answer leaves. It keeps
 * them there as long as the answers last, and puts them in again when somebody else has emptied the set. It never makes or removes sets,
 * never removes elements that it has not added, and does not decide which answers belong into which sets.
 */
package org.waymark.sets;
