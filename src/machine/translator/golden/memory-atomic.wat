;; AMO and LR/SC go through the TLB arrays as loads and stores do, and take their stall off the budget
;;
;;   amoadd.d a1, a2, (a3)
;;   amomaxu.w a1, a2, (a3)
;;   lr.d a4, (a3)
;;   sc.d a5, a4, (a3)
;;   ecall

(local.set $a1 (i64.load $X[11]))
(local.set $a2 (i64.load $X[12]))
(local.set $a3 (i64.load $X[13]))
(local.set $a4 (i64.load $X[14]))
(local.set $a5 (i64.load $X[15]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (local.set $accessed (local.get $a3))
      (i32.or
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or (i64.and (local.get $accessed) (i64.const -4096)) (local.get $dataContext)))
        (i32.and (i32.wrap_i64 (local.get $accessed)) (i32.const 7)))
      (local.set $code (i32.const 9))
      (br_if $3)
      (local.set $word0
        (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
      (local.set $scratch0 (i64.load (local.get $word0)))
      (i64.store (local.get $word0) (i64.add (local.get $scratch0) (local.get $a2)))
      (local.set $a1 (local.get $scratch0))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (local.set $accessed (local.get $a3))
      (i32.or
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or (i64.and (local.get $accessed) (i64.const -4096)) (local.get $dataContext)))
        (i32.and (i32.wrap_i64 (local.get $accessed)) (i32.const 3)))
      (local.set $code (i32.const 519))
      (br_if $3)
      (local.set $word0
        (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
      (local.set $scratch0 (i64.load32_s (local.get $word0)))
      (i64.store32
        (local.get $word0)
        (select
          (local.get $scratch0)
          (i64.extend_i32_s (i32.wrap_i64 (local.get $a2)))
          (i64.gt_u (local.get $scratch0) (i64.extend_i32_s (i32.wrap_i64 (local.get $a2))))))
      (local.set $a1 (local.get $scratch0))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (local.set $accessed (local.get $a3))
      (i32.or
        (i64.ne
          (i64.load
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or (i64.and (local.get $accessed) (i64.const -4096)) (local.get $dataContext)))
        (i32.and (i32.wrap_i64 (local.get $accessed)) (i32.const 7)))
      (local.set $code (i32.const 1029))
      (br_if $3)
      (local.set $word0
        (i32.add (i32.load offset=8 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
      (i32.store $RESERVED (i32.const 1))
      (i64.store $RESERVATION
        (i64.add (i64.extend_i32_u (local.get $word0)) (i64.const 2127364096)))
      (local.set $a4 (i64.load (local.get $word0)))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (i32.eqz (i32.load $RESERVED))
      (local.set $code (i32.const 1539))
      (br_if $3)
      (local.set $accessed (local.get $a3))
      (i32.or
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or (i64.and (local.get $accessed) (i64.const -4096)) (local.get $dataContext)))
        (i32.and (i32.wrap_i64 (local.get $accessed)) (i32.const 7)))
      (local.set $code (i32.const 1539))
      (br_if $3)
      (local.set $word0
        (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
      (i64.ne
        (i64.add (i64.extend_i32_u (local.get $word0)) (i64.const 2127364096))
        (i64.load $RESERVATION))
      (local.set $code (i32.const 1539))
      (br_if $3)
      (i32.store $RESERVED (i32.const 0))
      (i64.store $RESERVATION (i64.const 0))
      (i64.store (local.get $word0) (local.get $a4))
      (local.set $a5 (i64.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (local.set $code (i32.const 2049))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[11] (local.get $a1))
(i64.store $X[14] (local.get $a4))
(i64.store $X[15] (local.get $a5))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
