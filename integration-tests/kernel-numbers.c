/*
 * The numbers that Waymark gives to the kernel and the C library, beside those of their headers. ProcessorsIT compiles this for
 * each processor. Before it stands a #define CLASS_CONSTANT for each constant of the packages linux, conntrack, firewall, sets and routes, or
 * CLASS_CONSTANT_field if the constant is an object with several numbers; after it, for each constant that is not mentioned
 * here, that the headers have the same number under the constant's own name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <linux/capability.h>
#include <linux/fib_rules.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/version.h>

#define SAME(waymarks, kernels) _Static_assert((long long)(kernels) == (waymarks), #waymarks " is another number here");
/* The kernel has no such number. */
#define OWN(waymarks) _Static_assert(sizeof(waymarks), #waymarks);

SAME(Attributes_START, NLMSG_HDRLEN + sizeof(struct nfgenmsg))
SAME(Attributes_HEADER, NLA_HDRLEN)
SAME(Attributes_TYPE_MASK, NLA_TYPE_MASK & 0xffff)
OWN(Attributes_NONE)

SAME(BpfProgram_HEADER_BYTES, sizeof(struct sock_fprog))
SAME(BpfProgram_LOAD_WORD, BPF_LD | BPF_W | BPF_ABS)
SAME(BpfProgram_LOAD_BYTE, BPF_LD | BPF_B | BPF_ABS)
SAME(BpfProgram_JUMP_IF_EQUAL, BPF_JMP | BPF_JEQ | BPF_K)
SAME(BpfProgram_RETURN, BPF_RET | BPF_K)
SAME(BroadcastFilter_TYPE_OF_PACKET, SKF_AD_OFF + SKF_AD_PKTTYPE)

SAME(ControlMessages_LENGTH, offsetof(struct cmsghdr, cmsg_len))
SAME(ControlMessages_LEVEL, offsetof(struct cmsghdr, cmsg_level))
SAME(ControlMessages_TYPE, offsetof(struct cmsghdr, cmsg_type))
SAME(ControlMessages_HEADER_SIZE, CMSG_LEN(0))
SAME(ControlMessages_ALIGNMENT, CMSG_ALIGN(1))
OWN(ControlMessages_NONE)

SAME(MessageHeaders_NAME, offsetof(struct mmsghdr, msg_hdr.msg_name))
SAME(MessageHeaders_NAME_LENGTH, offsetof(struct mmsghdr, msg_hdr.msg_namelen))
SAME(MessageHeaders_IOVEC, offsetof(struct mmsghdr, msg_hdr.msg_iov))
SAME(MessageHeaders_IOVEC_COUNT, offsetof(struct mmsghdr, msg_hdr.msg_iovlen))
SAME(MessageHeaders_CONTROL, offsetof(struct mmsghdr, msg_hdr.msg_control))
SAME(MessageHeaders_CONTROL_LENGTH, offsetof(struct mmsghdr, msg_hdr.msg_controllen))
SAME(MessageHeaders_LENGTH, offsetof(struct mmsghdr, msg_len))
SAME(MessageHeaders_HEADER_SIZE, sizeof(struct mmsghdr))
SAME(MessageHeaders_IOVEC_BASE, offsetof(struct iovec, iov_base))
SAME(MessageHeaders_IOVEC_LENGTH, offsetof(struct iovec, iov_len))
SAME(MessageHeaders_IOVEC_SIZE, sizeof(struct iovec))
SAME(MessageHeaders_PKTINFO_INTERFACE, offsetof(struct in6_pktinfo, ipi6_ifindex))
SAME(MessageHeaders_PKTINFO_SIZE, sizeof(struct in6_pktinfo))
SAME(MessageHeaders_PKTINFO_SPACE, CMSG_SPACE(sizeof(struct in6_pktinfo)))
SAME(MessageHeaders_MARK_SIZE, sizeof(uint32_t))
SAME(MessageHeaders_MARK_SPACE, CMSG_SPACE(sizeof(uint32_t)))
SAME(MessageHeaders_CONTROL_SPACE, CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t)))
OWN(MessageHeaders_ADDRESS_SPACE)

SAME(NetfilterRequests_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(NetfilterRequests_FLAGS, offsetof(struct nlmsghdr, nlmsg_flags))
SAME(NetfilterRequests_SEQUENCE, offsetof(struct nlmsghdr, nlmsg_seq))
SAME(NetfilterRequests_PORT_ID, offsetof(struct nlmsghdr, nlmsg_pid))
SAME(NetfilterRequests_FAMILY, NLMSG_HDRLEN + offsetof(struct nfgenmsg, nfgen_family))
SAME(NetfilterRequests_RESOURCE, NLMSG_HDRLEN + offsetof(struct nfgenmsg, res_id))
SAME(NetfilterRequests_ATTRIBUTES, NLMSG_HDRLEN + sizeof(struct nfgenmsg))
SAME(NetfilterRequests_ATTRIBUTE_HEADER, NLA_HDRLEN)
SAME(NetfilterRequests_NESTED, NLA_F_NESTED)

SAME(NetlinkSocket_SOCKADDR_NL_SIZE, sizeof(struct sockaddr_nl))
SAME(NetlinkSocket_SOCKADDR_NL_PORT_ID, offsetof(struct sockaddr_nl, nl_pid))
SAME(NetlinkSocket_SOCKADDR_NL_GROUPS, offsetof(struct sockaddr_nl, nl_groups))
SAME(NetlinkSocket_POLLFD_EVENTS, offsetof(struct pollfd, events))
SAME(NetlinkSocket_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(NetlinkSocket_ERROR_NUMBER, NLMSG_HDRLEN + offsetof(struct nlmsgerr, error))
OWN(NetlinkSocket_LOST)

SAME(SenderFilter_PORT_ID, offsetof(struct nlmsghdr, nlmsg_pid))

SAME(SocketAddress_SIZE, sizeof(struct sockaddr_in6))
SAME(SocketAddress_FAMILY, offsetof(struct sockaddr_in6, sin6_family))
SAME(SocketAddress_PORT, offsetof(struct sockaddr_in6, sin6_port))
SAME(SocketAddress_FLOW, offsetof(struct sockaddr_in6, sin6_flowinfo))
SAME(SocketAddress_ADDRESS, offsetof(struct sockaddr_in6, sin6_addr))
SAME(SocketAddress_SCOPE, offsetof(struct sockaddr_in6, sin6_scope_id))
SAME(SocketAddress_IPV4_ADDRESS, offsetof(struct sockaddr_in, sin_addr))
SAME(SocketAddress_IPV4_SIZE, sizeof(struct sockaddr_in))

SAME(SocketOption_REUSE_ADDRESS_level, SOL_SOCKET) SAME(SocketOption_REUSE_ADDRESS_number, SO_REUSEADDR)
SAME(SocketOption_REUSE_PORT_level, SOL_SOCKET) SAME(SocketOption_REUSE_PORT_number, SO_REUSEPORT)
SAME(SocketOption_RECEIVE_BUFFER_level, SOL_SOCKET) SAME(SocketOption_RECEIVE_BUFFER_number, SO_RCVBUF)
SAME(SocketOption_RECEIVE_BUFFER_FORCED_level, SOL_SOCKET) SAME(SocketOption_RECEIVE_BUFFER_FORCED_number, SO_RCVBUFFORCE)
SAME(SocketOption_MARK_level, SOL_SOCKET) SAME(SocketOption_MARK_number, SO_MARK)
SAME(SocketOption_RECEIVE_MARK_level, SOL_SOCKET) SAME(SocketOption_RECEIVE_MARK_number, SO_RCVMARK)
SAME(SocketOption_FILTER_level, SOL_SOCKET) SAME(SocketOption_FILTER_number, SO_ATTACH_FILTER)
SAME(SocketOption_INTERFACE_level, SOL_SOCKET) SAME(SocketOption_INTERFACE_number, SO_BINDTOIFINDEX)
SAME(SocketOption_NETWORK_COOKIE_level, SOL_SOCKET) SAME(SocketOption_NETWORK_COOKIE_number, SO_NETNS_COOKIE)
SAME(SocketOption_FREE_BIND_IPV4_level, SOL_IP) SAME(SocketOption_FREE_BIND_IPV4_number, IP_FREEBIND)
SAME(SocketOption_FREE_BIND_IPV6_level, SOL_IPV6) SAME(SocketOption_FREE_BIND_IPV6_number, IPV6_FREEBIND)
SAME(SocketOption_TYPE_level, SOL_SOCKET) SAME(SocketOption_TYPE_number, SO_TYPE)
SAME(SocketOption_DOMAIN_level, SOL_SOCKET) SAME(SocketOption_DOMAIN_number, SO_DOMAIN)
SAME(SocketOption_PROTOCOL_level, SOL_SOCKET) SAME(SocketOption_PROTOCOL_number, SO_PROTOCOL)
SAME(SocketOption_LISTENS_level, SOL_SOCKET) SAME(SocketOption_LISTENS_number, SO_ACCEPTCONN)
SAME(SocketOption_SEND_TIMEOUT_level, SOL_SOCKET) SAME(SocketOption_SEND_TIMEOUT_number, SO_SNDTIMEO)
SAME(SocketOption_STRICT_DUMPS_level, SOL_NETLINK) SAME(SocketOption_STRICT_DUMPS_number, NETLINK_GET_STRICT_CHK)
SAME(SocketOption_IPV6_ONLY_level, SOL_IPV6) SAME(SocketOption_IPV6_ONLY_number, IPV6_V6ONLY)
SAME(SocketOption_RECEIVE_LOCAL_ADDRESS_level, SOL_IPV6) SAME(SocketOption_RECEIVE_LOCAL_ADDRESS_number, IPV6_RECVPKTINFO)

SAME(UnixDatagram_PATH, offsetof(struct sockaddr_un, sun_path))
SAME(UnixDatagram_MAX_PATH_BYTES, sizeof(((struct sockaddr_un *)0)->sun_path))
SAME(UnixDatagram_VECTOR, sizeof(struct msghdr))
SAME(UnixDatagram_TIME_BYTES, sizeof(struct timeval))
OWN(UnixDatagram_MOST_DESCRIPTORS) OWN(UnixDatagram_PATIENCE_SECONDS) OWN(UnixDatagram_RIGHTS) OWN(UnixDatagram_PAYLOAD)

SAME(Errno_NONE, 0)
OWN(Errno_TABLE_SIZE)
OWN(LinuxException_serialVersionUID)
OWN(Endpoint_IPV4_PREFIX) OWN(Endpoint_IPV4_MASK) OWN(Endpoint_IPV4_LOOPBACK) OWN(Endpoint_IPV6_LOOPBACK)
OWN(Endpoint_LINK_LOCAL_PREFIX) OWN(Endpoint_LINK_LOCAL_MASK)
OWN(DiscardableMemory_PAGE)
OWN(NativeBlocks_HUGE_PAGE) OWN(NativeBlocks_ALIGNMENT)
OWN(NativeMemory_LARGE) OWN(NativeMemory_SKEW)
/* Columns and digits of files below /proc. */
OWN(PortHolder_LOCAL) OWN(PortHolder_STATE) OWN(PortHolder_INODE) OWN(PortHolder_HEX) OWN(PortHolder_IPV4_DIGITS)
/* The process id of systemd. */
OWN(PortHolder_SYSTEMD)
OWN(ProcessStatus_EFFECTIVE) OWN(ProcessStatus_HEX)
OWN(ReceiveBatch_NO_MARK) OWN(ReceiveBatch_LARGEST_DATAGRAM)
OWN(Scratch_SIZE)
OWN(SendBatch_STRIDE)
OWN(Socket_NO_INTERFACE)

#define CONNTRACK(message) (NFNL_SUBSYS_CTNETLINK << 8 | message)
SAME(ConnectionDump_IPCTNL_MSG_CT_GET, CONNTRACK(IPCTNL_MSG_CT_GET))
SAME(TupleAnswer_IPCTNL_MSG_CT_NEW, CONNTRACK(IPCTNL_MSG_CT_NEW))
SAME(TupleRequest_IPCTNL_MSG_CT_NEW, CONNTRACK(IPCTNL_MSG_CT_NEW))
SAME(TupleRequest_IPCTNL_MSG_CT_GET, CONNTRACK(IPCTNL_MSG_CT_GET))
SAME(TupleRequest_IPCTNL_MSG_CT_DELETE, CONNTRACK(IPCTNL_MSG_CT_DELETE))
SAME(TupleRequest_ACKNOWLEDGED, NLM_F_REQUEST | NLM_F_ACK)
SAME(TupleAnswer_MESSAGE_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(TupleAnswer_MESSAGE_SEQUENCE, offsetof(struct nlmsghdr, nlmsg_seq))
SAME(TupleAnswer_ERROR_NUMBER, NLMSG_HDRLEN + offsetof(struct nlmsgerr, error))
SAME(TupleAnswer_ERROR_BYTES, NLMSG_HDRLEN + sizeof(((struct nlmsgerr *)0)->error))
SAME(ConnectionRemoval_MESSAGE_SEQUENCE, offsetof(struct nlmsghdr, nlmsg_seq))
SAME(ConnectionRemoval_ERROR_NUMBER, NLMSG_HDRLEN + offsetof(struct nlmsgerr, error))
SAME(TrackedConnection_SEEN_REPLY, IPS_SEEN_REPLY)
SAME(TransportProtocol_TCP, IPPROTO_TCP)
SAME(TransportProtocol_UDP, IPPROTO_UDP)
OWN(TupleRequest_MAX_BYTES)
OWN(ConnectionDump_REQUEST_BYTES) OWN(ConnectionDump_ANSWER_BYTES) OWN(ConnectionDump_ANSWERS)
OWN(ConnectionDump_RECEIVE_BUFFER)
OWN(ConnectionRemoval_MAX_BURST) OWN(ConnectionRemoval_RECEIVE_BUFFER) OWN(ConnectionRemoval_ANSWER_BYTES)
OWN(MarkChange_ANSWER_BYTES) OWN(MarkChange_RECEIVE_BUFFER)
OWN(MarkLookup_MAX_BURST) OWN(MarkLookup_RECEIVE_BUFFER) OWN(MarkLookup_ANSWER_BYTES)
OWN(Tuples_FREE)

#define NFTABLES(message) (NFNL_SUBSYS_NFTABLES << 8 | message)
SAME(Transaction_NFTABLES, NFTABLES(0))
SAME(Transaction_NFT_MSG_NEWTABLE, NFTABLES(NFT_MSG_NEWTABLE))
SAME(Transaction_NFT_MSG_DELTABLE, NFTABLES(NFT_MSG_DELTABLE))
SAME(Transaction_NFT_MSG_NEWCHAIN, NFTABLES(NFT_MSG_NEWCHAIN))
SAME(Transaction_NFT_MSG_DELCHAIN, NFTABLES(NFT_MSG_DELCHAIN))
SAME(Transaction_NFT_MSG_NEWRULE, NFTABLES(NFT_MSG_NEWRULE))
SAME(Transaction_NFT_MSG_DELRULE, NFTABLES(NFT_MSG_DELRULE))
SAME(Transaction_NFT_MSG_NEWSET, NFTABLES(NFT_MSG_NEWSET))
SAME(Transaction_NFT_MSG_NEWSETELEM, NFTABLES(NFT_MSG_NEWSETELEM))
SAME(Transaction_NFT_MSG_DELSETELEM, NFTABLES(NFT_MSG_DELSETELEM))
SAME(PresentTables_NFT_MSG_GETTABLE, NFTABLES(NFT_MSG_GETTABLE))
SAME(PresentTables_NFT_MSG_GETCHAIN, NFTABLES(NFT_MSG_GETCHAIN))
SAME(CountingSets_NFT_MSG_GETTABLE, NFTABLES(NFT_MSG_GETTABLE))
SAME(CountingSets_NFT_MSG_GETRULE, NFTABLES(NFT_MSG_GETRULE))
SAME(CountingSets_NFT_MSG_GETSET, NFTABLES(NFT_MSG_GETSET))
SAME(CountingSets_NFT_MSG_GETSETELEM, NFTABLES(NFT_MSG_GETSETELEM))
SAME(CountingSets_NFT_MSG_GETFLOWTABLE, NFTABLES(NFT_MSG_GETFLOWTABLE))
SAME(CountingSets_ANY_FAMILY, NFPROTO_UNSPEC)
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
SAME(MarkTable_NFT_TABLE_F_PERSIST, NFT_TABLE_F_PERSIST)
#else
OWN(MarkTable_NFT_TABLE_F_PERSIST)
#endif

SAME(NfTables_META_MARK, NFT_META_MARK)
SAME(NfTables_META_IIF, NFT_META_IIF)
SAME(NfTables_META_OIF, NFT_META_OIF)
SAME(NfTables_META_SKUID, NFT_META_SKUID)
SAME(NfTables_META_L4PROTO, NFT_META_L4PROTO)
SAME(NfTables_CT_STATE, NFT_CT_STATE)
SAME(NfTables_CT_DIRECTION, NFT_CT_DIRECTION)
SAME(NfTables_CT_MARK, NFT_CT_MARK)
SAME(NfTables_CT_PROTOCOL, NFT_CT_PROTOCOL)
SAME(NfTables_CT_PROTO_DST, NFT_CT_PROTO_DST)
SAME(NfTables_CT_LABELS, NFT_CT_LABELS)
SAME(NfTables_CT_ZONE, NFT_CT_ZONE)
SAME(NfTables_STATE_NEW, NF_CT_STATE_BIT(IP_CT_NEW))
SAME(NfTables_NETWORK_HEADER, NFT_PAYLOAD_NETWORK_HEADER)
SAME(NfTables_TRANSPORT_HEADER, NFT_PAYLOAD_TRANSPORT_HEADER)
SAME(NfTables_FIRST_REGISTER, NFT_REG32_00)
SAME(Expressions_VERDICT_REGISTER, NFT_REG_VERDICT)
SAME(Expressions_CONNMARK_BYTES, sizeof(struct xt_connmark_tginfo1))
OWN(NfTables_ALL_BITS)
/* The user of a packet without a socket, INVALID_UID in the kernel. */
OWN(ChainRules_NOBODY)

SAME(OwnChain_BEFORE_ALL_RULES, NF_IP_PRI_CONNTRACK + 1)
SAME(OwnChain_AFTER_MANGLE, NF_IP_PRI_MANGLE + 1)
SAME(OwnChain_TO_SERVERS_hook, NF_INET_LOCAL_OUT) SAME(OwnChain_TO_SERVERS_priority, NF_IP_PRI_CONNTRACK + 1)
SAME(OwnChain_FROM_SERVERS_hook, NF_INET_LOCAL_IN) SAME(OwnChain_FROM_SERVERS_priority, NF_IP_PRI_CONNTRACK + 1)
SAME(OwnChain_ANSWERS_hook, NF_INET_LOCAL_OUT) SAME(OwnChain_ANSWERS_priority, NF_IP_PRI_MANGLE + 1)
SAME(OwnChain_QUERIES_hook, NF_INET_LOCAL_IN) SAME(OwnChain_QUERIES_priority, NF_IP_PRI_LAST)
SAME(OwnChain_REQUIRED_ROUTES_hook, NF_INET_POST_ROUTING) SAME(OwnChain_REQUIRED_ROUTES_priority, NF_IP_PRI_CONNTRACK + 1)
SAME(OwnChain_OF_THE_KERNEL_hook, NF_INET_LOCAL_OUT) SAME(OwnChain_OF_THE_KERNEL_priority, NF_IP_PRI_MANGLE + 1)

SAME(Family_IPV4_protocol, NFPROTO_IPV4)
SAME(Family_IPV4_addressBytes, sizeof(struct in_addr))
SAME(Family_IPV4_ipProtocol, offsetof(struct iphdr, protocol))
SAME(Family_IPV4_source, offsetof(struct iphdr, saddr))
SAME(Family_IPV4_destination, offsetof(struct iphdr, daddr))
SAME(Family_IPV4_headerBytes, sizeof(struct iphdr))
SAME(Family_IPV4_connectionDestination, NFT_CT_DST_IP)
SAME(Family_IPV4_icmp, IPPROTO_ICMP)
SAME(Family_IPV4_portUnreachable, ICMP_DEST_UNREACH << 8 | ICMP_PORT_UNREACH)
SAME(Family_IPV6_protocol, NFPROTO_IPV6)
SAME(Family_IPV6_addressBytes, sizeof(struct in6_addr))
SAME(Family_IPV6_ipProtocol, offsetof(struct ip6_hdr, ip6_nxt))
SAME(Family_IPV6_source, offsetof(struct ip6_hdr, ip6_src))
SAME(Family_IPV6_destination, offsetof(struct ip6_hdr, ip6_dst))
SAME(Family_IPV6_headerBytes, sizeof(struct ip6_hdr))
SAME(Family_IPV6_connectionDestination, NFT_CT_DST_IP6)
SAME(Family_IPV6_icmp, IPPROTO_ICMPV6)
SAME(Family_IPV6_portUnreachable, ICMP6_DST_UNREACH << 8 | ICMP6_DST_UNREACH_NOPORT)
/* The numbers that the program nft gives to types; the kernel only keeps them. */
OWN(Family_IPV4_keyType) OWN(Family_IPV6_keyType) OWN(Family_TYPE_PROTOCOL_AND_PORT)

SAME(PacketMatch_SOURCE_PORT, offsetof(struct tcphdr, source))
SAME(PacketMatch_DESTINATION_PORT, offsetof(struct tcphdr, dest))
SAME(PacketMatch_TCP_FLAGS, offsetof(struct tcphdr, th_flags))
SAME(PacketMatch_TCP_RST, TH_RST)
OWN(PacketMatch_NO_INTERFACE)
OWN(GuardedMark_MOST_INTERFACES)
SAME(PacketMatch_QUOTED, sizeof(struct icmphdr))

OWN(CountingSets_REQUEST_BYTES) OWN(CountingSets_ANSWER_BYTES) OWN(CountingSets_ANSWERS) OWN(CountingSets_RECEIVE_BUFFER)
OWN(DepartureTable_MESSAGE_BYTES) OWN(DepartureTable_ANSWER_BYTES) OWN(DepartureTable_RECEIVE_BUFFER) OWN(DepartureTable_FRAME)
OWN(MarkTable_MOST_MESSAGES) OWN(MarkTable_ANSWER_BYTES) OWN(MarkTable_RECEIVE_BUFFER)
OWN(PresentTables_REQUEST_BYTES) OWN(PresentTables_ANSWER_BYTES) OWN(PresentTables_ANSWERS) OWN(PresentTables_RECEIVE_BUFFER)
OWN(TableMessages_MAX_BYTES)

SAME(TableFamily_INET, NFPROTO_INET)
SAME(TableFamily_IP, NFPROTO_IPV4)
SAME(TableFamily_IP6, NFPROTO_IPV6)
SAME(NftSets_NFTABLES, NFTABLES(0))
SAME(NftSets_NFT_MSG_GETSET, NFTABLES(NFT_MSG_GETSET))
SAME(NftSets_NFT_MSG_NEWSETELEM, NFTABLES(NFT_MSG_NEWSETELEM))
SAME(NftSets_NFT_MSG_GETSETELEM, NFTABLES(NFT_MSG_GETSETELEM))
SAME(NftSets_NFT_MSG_DELSETELEM, NFTABLES(NFT_MSG_DELSETELEM))
SAME(NftSets_MESSAGE_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(NftSets_MESSAGE_SEQUENCE, offsetof(struct nlmsghdr, nlmsg_seq))
SAME(SetNews_NFTABLES, NFTABLES(0))
SAME(SetNews_MESSAGE_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(SetNews_MESSAGE_FAMILY, NLMSG_HDRLEN + offsetof(struct nfgenmsg, nfgen_family))
/* The numbers that the program nft gives to types; the kernel only keeps them. */
OWN(SetType_TYPE_IPADDR) OWN(SetType_TYPE_IP6ADDR) OWN(SetType_TYPE_MARK) OWN(SetType_TYPE_BITS)
OWN(SetType_IPV4_ADDR_type) OWN(SetType_IPV6_ADDR_type) OWN(SetType_MARK_IPV4_ADDR_type) OWN(SetType_MARK_IPV6_ADDR_type)
SAME(SetType_IPV4_ADDR_addressBytes, sizeof(struct in_addr))
SAME(SetType_IPV6_ADDR_addressBytes, sizeof(struct in6_addr))
SAME(SetType_MARK_IPV4_ADDR_addressBytes, sizeof(struct in_addr))
SAME(SetType_MARK_IPV6_ADDR_addressBytes, sizeof(struct in6_addr))
OWN(Deadline_NANOS)
OWN(Element_NONE)
OWN(ElementWriter_MOST_ELEMENTS)
OWN(Lifetime_LATE) OWN(Lifetime_ON_THE_WAY) OWN(Lifetime_ROUND_UP) OWN(Lifetime_PERMANENT)
OWN(NftSets_MOST_ELEMENTS) OWN(NftSets_REQUEST_BYTES) OWN(NftSets_ANSWERS) OWN(NftSets_ANSWER_BYTES) OWN(NftSets_RECEIVE_BUFFER)
OWN(PrivateAddresses_BYTE) OWN(PrivateAddresses_IPV4_BYTES)
OWN(Refusal_PAUSE) OWN(Refusal_CALM)
OWN(SetName_PARTS)
OWN(SetNews_ANSWERS) OWN(SetNews_ANSWER_BYTES) OWN(SetNews_RECEIVE_BUFFER) OWN(SetNews_END_MILLIS)
OWN(SetWork_SWEPT)
OWN(SetWriter_MOST_TASKS) OWN(SetWriter_MOST_AT_ONCE) OWN(SetWriter_IDLE_MILLIS) OWN(SetWriter_AWAITED_MILLIS) OWN(SetWriter_END_MILLIS)
OWN(Trouble_LARGE)
SAME(IpVersion_IPV4, AF_INET)
SAME(IpVersion_IPV6, AF_INET6)
SAME(MarkRoutes_CHANGES, RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE | RTMGRP_IPV6_ROUTE | 1 << (RTNLGRP_IPV6_RULE - 1))
OWN(MarkRoutes_MESSAGES)
OWN(MarkRoutes_MESSAGE_BYTES)
OWN(MarkRoutes_RECEIVE_BUFFER)
SAME(RouteReader_ATTRIBUTES, NLMSG_HDRLEN + sizeof(struct rtmsg))
SAME(RouteReader_DESTINATION_LENGTH, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_dst_len))
SAME(RouteReader_SOURCE_LENGTH, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_src_len))
SAME(RouteReader_TABLE, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table))
SAME(RouteReader_TYPE, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_type))
SAME(RouteReader_FLAGS, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_flags))
SAME(RouteReader_HOP_FLAGS, offsetof(struct rtnexthop, rtnh_flags))
SAME(RouteReader_HOP_INTERFACE, offsetof(struct rtnexthop, rtnh_ifindex))
SAME(RouteReader_HOP_BYTES, sizeof(struct rtnexthop))
SAME(RoutingRule_ATTRIBUTES, NLMSG_HDRLEN + sizeof(struct fib_rule_hdr))
SAME(RoutingRule_DESTINATION_LENGTH, NLMSG_HDRLEN + offsetof(struct fib_rule_hdr, dst_len))
SAME(RoutingRule_SOURCE_LENGTH, NLMSG_HDRLEN + offsetof(struct fib_rule_hdr, src_len))
SAME(RoutingRule_TYPE_OF_SERVICE, NLMSG_HDRLEN + offsetof(struct fib_rule_hdr, tos))
SAME(RoutingRule_ACTION, NLMSG_HDRLEN + offsetof(struct fib_rule_hdr, action))
SAME(RoutingRule_FLAGS, NLMSG_HDRLEN + offsetof(struct fib_rule_hdr, flags))
OWN(RoutingRule_NOTHING_LEFT_OUT)
SAME(RoutingTables_TYPE, offsetof(struct nlmsghdr, nlmsg_type))
SAME(RoutingTables_FLAGS, offsetof(struct nlmsghdr, nlmsg_flags))
SAME(RoutingTables_FAMILY, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_family))
SAME(RoutingTables_ATTRIBUTES, NLMSG_HDRLEN + sizeof(struct rtmsg))
SAME(RoutingTables_TABLE_ATTRIBUTE_BYTES, RTA_LENGTH(sizeof(uint32_t)))
OWN(RoutingTables_ANSWERS)
OWN(RoutingTables_ANSWER_BYTES)
OWN(RoutingTables_RECEIVE_BUFFER)
